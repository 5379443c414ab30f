"""The language model: optional, and only ever asked for text. Nothing here can write anything."""
