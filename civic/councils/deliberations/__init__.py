"""What the municipal council decided, and the minutes of its sittings: the PDFs that the law has a town put online."""
