"""The console: pages made on the server, live where a script runs, whole where none does."""
