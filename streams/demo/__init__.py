"""The main job on a laptop, in a minute."""
