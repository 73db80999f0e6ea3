"""What lies over the picture for everyone to see: alerts, goal, comments, figures."""
