"""`ai-close` as another release of it would be: AI_CLOSE_TEST_VERSION says which."""

import os

from agent_service import bootstrap, cli, doctor

bootstrap.__version__ = doctor.__version__ = os.environ["AI_CLOSE_TEST_VERSION"]

if __name__ == "__main__":
    cli.main()
