"""`python -m agent_service` is `ai-close`."""

from agent_service.cli import main

if __name__ == "__main__":
    main()
