"""What one served process bears: ``python -m bench.sockets`` and ``python -m bench.ballots`` print JSON figures."""
