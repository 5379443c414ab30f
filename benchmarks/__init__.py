"""What `make bench` runs: ratios, measured side by side in one run."""

import agent_service as agent_service  # first of all: it settles how memory is kept, as for the agent itself
