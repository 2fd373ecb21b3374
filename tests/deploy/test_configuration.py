"""The parts of deploy/jupyterhub that can be looked at without starting anything."""

import asyncio
import os
import re
import shlex
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

from tools.publish.chapters import ROOT

FOLDER = ROOT / "deploy" / "jupyterhub"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
VALUES = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
SINGLE = VALUES["singleuser"]


def run(coroutine):
    """In a thread of its own: the main one has a running loop, if a test in a browser was run before."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture
def load(monkeypatch):
    """The configuration, read as JupyterHub reads it, under these environment variables."""
    for name in ("CLASS_STUDENTS", "CLASS_GROUP", "CLASS_TEACHERS", "CLASS_SPAWNER", "CLASS_IMAGE", "D2LUTIL_DATA"):
        monkeypatch.delenv(name, raising=False)

    def loaded(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        return PyFileConfigLoader("jupyterhub_config.py", str(FOLDER)).load_config()

    return loaded


def spawner(home: Path, **more) -> SimpleNamespace:
    """As much of a spawner as the configuration asks for."""
    user = SimpleNamespace(name="ada")
    asked = {"user": user, "user_env": lambda env: {"HOME": str(home)}, "make_preexec_fn": lambda name: None}
    return SimpleNamespace(**asked, **more)


# --- what the environment variables do


@pytest.mark.parametrize("students, threads", [(1, 16), (3, 5), (16, 1), (40, 1)])
def test_the_processors_are_divided_by_the_students(load, monkeypatch, students, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    config = load(CLASS_STUDENTS=students)
    assert config.Spawner.environment["OMP_NUM_THREADS"] == str(threads)


def test_the_data_folder_is_the_checkout_s_or_the_one_that_is_named(load, tmp_path):
    assert load().Spawner.environment["D2LUTIL_DATA"] == str(ROOT / "data")
    assert load(D2LUTIL_DATA=tmp_path).Spawner.environment["D2LUTIL_DATA"] == str(tmp_path.resolve())


def test_only_the_group_may_log_in_and_teachers_may_stop_servers(load):
    config = load()
    assert config.PAMAuthenticator.allowed_groups == {"students"}
    assert config.Authenticator.admin_users == set() and "allow_all" not in config.Authenticator
    config = load(CLASS_GROUP="cnn", CLASS_TEACHERS="grace,alan")
    assert config.PAMAuthenticator.allowed_groups == {"cnn"}
    assert config.Authenticator.admin_users == {"grace", "alan"}


def test_the_hub_is_not_open_to_the_network_without_being_asked(load):
    assert load().JupyterHub.ip == "127.0.0.1"


@pytest.mark.parametrize(
    "name, value, complaint",
    [
        ("CLASS_SPAWNER", "podman", "CLASS_SPAWNER is 'podman', and has to be 'local' or 'docker'"),
        ("CLASS_STUDENTS", "0", "CLASS_STUDENTS is 0, and has to be at least 1"),
        ("CLASS_STUDENTS", "many", "invalid literal"),
        ("D2LUTIL_DATA", "/no/such", "names .*such, and there is no such folder"),
    ],
)
def test_a_wrong_value_is_named(load, name, value, complaint):
    with pytest.raises(ValueError, match=complaint):
        load(**{name: value})


# --- language


def test_the_form_offers_both_languages_and_marks_the_last_one(load):
    form = load().Spawner.options_form
    assert '<option value="en" selected>English' in form(spawner(ROOT, user_options={}))
    again = form(spawner(ROOT, user_options={"language": "zh"}))
    assert '<option value="zh" selected>中文' in again and again.count("selected") == 1


def test_the_choice_opens_the_folder_of_the_language(load):
    config = load()
    someone = spawner(ROOT)
    for options, language in (({}, "en"), ({"language": "zh"}, "zh"), ({"language": "en"}, "en")):
        config.Spawner.apply_user_options(someone, options)
        assert someone.default_url == f"/lab/tree/convolution/notebooks/{language}"
    assert "D2LUTIL_LANG" not in config.Spawner.environment  # it would be stronger than the folder


@pytest.mark.parametrize("language", ["fr", "../../etc", None])
def test_another_language_is_refused(load, language):
    someone = spawner(ROOT)
    with pytest.raises(ValueError, match="no language"):
        load().Spawner.apply_user_options(someone, {"language": language})
    assert not hasattr(someone, "default_url")


# --- the copy before a start


@pytest.mark.skipif(sys.platform == "win32", reason="JupyterHub does not run on Windows")
def test_the_copy_is_made_before_a_start(load, tmp_path):
    run(load().Spawner.pre_spawn_hook(spawner(tmp_path)))
    assert len(list(tmp_path.glob("convolution/notebooks/*/*.ipynb"))) >= 22


@pytest.mark.skipif(sys.platform == "win32", reason="JupyterHub does not run on Windows")
def test_the_student_reads_why_there_is_no_copy(load, tmp_path):
    with pytest.raises(RuntimeError) as failed:
        run(load().Spawner.pre_spawn_hook(spawner(tmp_path / "none")))
    assert "there is no home folder" in failed.value.jupyterhub_message
    assert "Traceback" not in failed.value.jupyterhub_message


def test_an_environment_that_students_cannot_read_is_named(load, tmp_path, monkeypatch):
    hook = load().Spawner.pre_spawn_hook
    monkeypatch.setattr(sys, "executable", str(tmp_path))  # a folder cannot be run either
    with pytest.raises(RuntimeError, match="ada may not run .*have to be readable for all"):
        run(hook(spawner(tmp_path)))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, as a hub with accounts does")
def test_a_link_in_a_home_gives_no_rights_that_the_student_has_not(load, tmp_path, monkeypatch):
    others = tmp_path / "others"
    others.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "convolution").symlink_to(others)
    for folder in (home, *home.parents):  # pytest's folders are root's alone
        if folder.is_relative_to(tmp_path.parent.parent):
            folder.chmod(0o755)
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if not python:
        pytest.skip("needs a Python that other accounts may run, in /usr")
    hook = load().Spawner.pre_spawn_hook
    monkeypatch.setattr(sys, "executable", python)
    student = spawner(home)
    student.make_preexec_fn = lambda name: lambda: os.setuid(65534)
    with pytest.raises(RuntimeError, match="Permission denied"):
        run(hook(student))
    assert list(others.iterdir()) == []


# --- containers: nothing here can be run without Docker, so names and paths are held to one another


def copied() -> list[tuple[str, str]]:
    """(source, target) of every COPY."""
    found = []
    for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE):
        *sources, target = shlex.split(line)
        found += [(source, target) for source in sources]
    return found


def test_what_the_image_copies_is_there():
    assert len(copied()) > 5
    for source, _ in copied():
        assert list(ROOT.glob(source)), source


def test_the_image_holds_what_the_copy_is_made_of(tmp_path):
    from deploy.jupyterhub import own_copy

    image, home = tmp_path / "image", tmp_path / "home"
    home.mkdir()
    for pattern, target in copied():
        for source in ROOT.glob(pattern):
            # Docker copies what a folder holds, and a file under its name into a target that ends in a slash.
            place = image / target / source.name if target.endswith("/") else image / target
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, place)
    assert len(own_copy.make(image, home)) >= 24
    assert (image / "deploy" / "jupyterhub" / "own_copy.py").exists()


def test_the_image_installs_the_lock_and_runs_as_the_user_of_kubernetes():
    assert "--no-deps --compile-bytecode --requirement requirements.lock" in DOCKERFILE
    assert "useradd --uid 1000 --create-home student" in DOCKERFILE
    assert re.search(r"^USER student$", DOCKERFILE, re.MULTILINE)


def test_docker_kubernetes_and_image_agree_on_paths(load):
    (workdir, home) = re.findall(r"^WORKDIR (\S+)$", DOCKERFILE, re.MULTILINE)
    data = re.search(r"^ENV D2LUTIL_DATA=(\S+)$", DOCKERFILE, re.MULTILINE)[1]
    copy = ["python", f"{workdir}/deploy/jupyterhub/own_copy.py", workdir, home]

    config = load(CLASS_SPAWNER="docker", CLASS_IMAGE="cnn:2")
    assert config.JupyterHub.spawner_class == "docker" and config.DockerSpawner.image == "cnn:2"
    assert config.Spawner.cmd == [*copy, "jupyterhub-singleuser"]
    assert config.DockerSpawner.volumes == {"convolution-{username}": home}
    assert config.DockerSpawner.read_only_volumes == {str(ROOT / "data"): data}
    assert config.Spawner.environment["D2LUTIL_DATA"] == data
    assert "pre_spawn_hook" not in config.Spawner  # the hub cannot write into a container's volume

    assert SINGLE["lifecycleHooks"]["postStart"]["exec"]["command"] == copy
    assert SINGLE["storage"]["homeMountPath"] == home
    (mount,) = SINGLE["storage"]["extraVolumeMounts"]
    (volume,) = SINGLE["storage"]["extraVolumes"]
    assert mount == {"name": volume["name"], "mountPath": data, "readOnly": True}
    assert volume["persistentVolumeClaim"]["readOnly"] is True
    assert SINGLE["extraEnv"]["D2LUTIL_DATA"] == data


def test_kubernetes_gets_the_same_settings_as_one_machine(load):
    config = load(CLASS_SPAWNER="docker")
    assert SINGLE["cmd"] == ["jupyterhub-singleuser", *config.Spawner.args]
    assert SINGLE["memory"]["limit"] == config.DockerSpawner.mem_limit
    (culler,) = config.JupyterHub.services
    assert f"--timeout={VALUES['cull']['timeout']}" in culler["command"]
    assert f"--cull-every={VALUES['cull']['every']}" in culler["command"]
    addresses = [profile["kubespawner_override"]["default_url"] for profile in SINGLE["profileList"]]
    assert addresses == [f"/lab/tree/convolution/notebooks/{lang}" for lang in ("en", "zh")]


def test_the_image_of_kubernetes_is_a_name_to_be_replaced():
    assert SINGLE["image"]["name"].startswith("registry.example.org/")
