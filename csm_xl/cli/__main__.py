"""``python -m csm_xl.cli``: the command line where the script is not on the path."""

from csm_xl.cli.app import main

if __name__ == "__main__":  # a worker process imports this file too
    main()
