"""The agent's side of the port: transports, the port's methods, the reader and the sink."""
