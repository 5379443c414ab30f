"""Loads the sample company; run it inside `odoo shell`, which gives `env`:

odoo shell -c odoo.conf -d DATABASE < agent_service/sample/load_shell.py

AI_CLOSE_SAMPLE_DIR names the folder that `python -m agent_service.sample generate` wrote.
"""

import os
import sys

sys.path.insert(0, os.environ.get("AI_CLOSE_HOME") or os.getcwd())

from agent_service.sample.load import run

run.main(env)  # noqa: F821
