"""
Read a file into a `Document`.

::

    document = extract(Path("cv.pdf"))      # in a child process with limits, for formats that can be hostile

What a file is, its content says, never its name.
"""
