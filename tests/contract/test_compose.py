"""The compose file holds together: what it mounts exists, who waits for whom, what is closed."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from agent_service.odoo_client.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[2]
SERVICE_KEYS = {
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "entrypoint",
    "environment",
    "healthcheck",
    "image",
    "network_mode",
    "networks",
    "ports",
    "read_only",
    "restart",
    "secrets",
    "security_opt",
    "tmpfs",
    "user",
    "volumes",
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
ONE_SHOT = {"keys", "init"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose) -> dict:
    return compose["services"]


def mounts(service: dict) -> list[tuple[str, str, str]]:
    """Return source, target and mode of each mount."""
    return [(*entry.split(":"), "rw")[:3] for entry in service.get("volumes", [])]


def test_services(services):
    assert set(services) == {"keys", "db", "init", "odoo", "agent"}
    assert services["db"]["image"] == "postgres:16"
    assert services["odoo"]["image"] == services["init"]["image"] == "odoo:19"
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert ("image" in service) != ("build" in service), name


def test_a_client_accepts_it_where_there_is_one():
    """`docker compose config` reads it, where a client with compose is at hand; else our own rules stand."""
    client = shutil.which("docker")
    command = [client or "docker", "compose", "-f", str(ROOT / "docker-compose.yml")]
    able = client and subprocess.run([*command[:2], "version"], capture_output=True).returncode == 0
    if able:
        done = subprocess.run([*command, "config", "-q"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (ROOT / "docker-compose.yml").is_file()


def test_what_is_mounted_or_built_exists(services):
    for service in services.values():
        for source, _target, _mode in mounts(service):
            if source.startswith("."):
                assert (ROOT / source).exists(), source
    build = services["agent"]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


def test_names_are_declared(compose, services):
    for service in services.values():
        for source, _target, _mode in mounts(service):
            assert source.startswith(".") or source in compose["volumes"], source
        assert set(service.get("networks", [])) <= set(compose["networks"])
        assert set(service.get("secrets", [])) <= set(compose["secrets"])


def test_order(services):
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            if other in ONE_SHOT:
                assert how["condition"] == "service_completed_successfully", (name, other)
            else:
                assert how["condition"] == "service_healthy", (name, other)
                assert "healthcheck" in services[other]
    assert list(services["agent"]["depends_on"]) == ["odoo"]
    assert list(services["odoo"]["depends_on"]) == ["init"]


def test_restart(services):
    for name, service in services.items():
        assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped"), name


def test_add_ons_and_configuration_are_read_only(services):
    for name in ("odoo", "init"):
        modes = {target: mode for _source, target, mode in mounts(services[name])}
        assert modes["/mnt/extra-addons"] == "ro"
        assert modes["/etc/odoo/odoo.conf"] == "ro"
        assert modes["/run/ai-close"] == "ro"


def test_no_password_stands_in_the_file(services):
    for service in services.values():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|KEY|SECRET", key):
                assert key.endswith("_FILE"), key
                assert str(value).startswith(("/", "${")), key


def test_the_agent_sees_no_password_of_the_database(services):
    sources = {source for source, _target, _mode in mounts(services["agent"])}
    assert sources == {"agent-state"}
    assert services["agent"]["read_only"] is True
    assert services["agent"]["cap_drop"] == ["ALL"]
    assert "user" not in services["agent"]
    assert "USER 10001:10001" in (ROOT / "docker/agent.Dockerfile").read_text()
    assert "uid=10001" in (ROOT / "docker/init.sh").read_text()


def test_only_odoo_is_reachable_and_only_from_this_machine(compose, services):
    assert [name for name, service in services.items() if "ports" in service] == ["odoo"]
    assert all(port.startswith("127.0.0.1:") for port in services["odoo"]["ports"])
    assert compose["networks"]["books"]["internal"] is True
    assert services["db"]["networks"] == ["books"]


def test_one_database_everywhere(services):
    names = {services[name]["environment"]["AI_CLOSE_DATABASE"] for name in ("odoo", "init", "agent")}
    assert names == {"ai_close"}
    command = services["odoo"]["command"]
    assert command[command.index("--database") + 1] == "ai_close"


def test_settings_are_the_agents_own(services):
    from agent_service.settings import Settings

    for key in services["agent"]["environment"]:
        assert key.removeprefix("AI_CLOSE_").lower() in Settings.model_fields, key


def test_image_of_the_agent_installs_by_hash_only():
    text = (ROOT / "docker/agent.Dockerfile").read_text()
    assert "--require-hashes -r" in text
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.12-slim"] * 2
    assert text.rstrip().splitlines()[-1] == 'CMD ["serve"]'


def test_scripts_are_valid_shell():
    for script, shell in (("make-keys.sh", "sh"), ("init.sh", "bash")):
        done = subprocess.run([shell, "-n", str(ROOT / "docker" / script)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_keys_are_made_once(tmp_path):
    script = (ROOT / "docker/make-keys.sh").read_text().replace("/run/ai-close", str(tmp_path))
    made = []
    for _ in range(2):
        subprocess.run(["sh", "-c", script], check=True)
        made.append({path.name: path.read_text() for path in tmp_path.iterdir()})
    assert made[0] == made[1]
    assert sorted(made[0]) == ["admin_password", "db_password"]
    assert all(re.fullmatch(r"[0-9a-f]{48}", value) for value in made[0].values())
    assert made[0]["db_password"] != made[0]["admin_password"]


def test_odoo_configuration_is_readable_and_closed():
    parsed = configparser.RawConfigParser()
    parsed.read(ROOT / "odoo.conf")
    options = dict(parsed["options"])
    assert options["list_db"] == "False"
    assert options["addons_path"] == "/mnt/extra-addons"
    assert not {"db_password", "admin_passwd"} & set(options)


def test_the_agent_reaches_odoo_in_a_way_that_it_accepts(services):
    agent = services["agent"]
    endpoint = Endpoint.parse(agent["environment"]["AI_CLOSE_URL"])
    assert endpoint.host in ("127.0.0.1", "localhost")
    assert agent["network_mode"] == "service:odoo"
    assert "networks" not in agent
