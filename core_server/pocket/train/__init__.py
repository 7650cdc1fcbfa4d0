"""Training of pocket: ``python -m core_server.pocket.train``; nothing here is needed to paint."""
