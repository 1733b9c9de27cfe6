"""The doors: thin command-line entries, each with `main(argv=None)`."""
