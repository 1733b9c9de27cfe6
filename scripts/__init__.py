"""Commands of the `textzoo` command line, one thin file each with `main(argv=None)`."""
