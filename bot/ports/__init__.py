"""What the engine needs from the outside, as promises.

Whoever implements a port says only "See bot.ports.X".
"""
