"""Cohorts live through weeks in which everything breaks, and display what quiet weeks do."""
