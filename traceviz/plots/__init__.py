"""Pictures, one file a plot: each takes a computed table and gives the Axes it drew on."""
