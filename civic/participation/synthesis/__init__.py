"""What a councillor reads of a whole consultation: made beside the requests, kept with its date, published when she decides."""
