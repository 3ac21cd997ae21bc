"""The town's identity: its name, its arms, its two colours and its words of welcome."""
