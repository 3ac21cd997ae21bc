"""Our counts beside those of belenios-tool, votelib and pabutools: ``bench/peers/run.sh`` makes what they need, and prints figures."""
