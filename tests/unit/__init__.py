"""Tests of single rules, without storage, platforms or time passing."""
