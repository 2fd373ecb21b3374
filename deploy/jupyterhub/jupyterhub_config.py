"""JupyterHub for a class on one machine. README.md says how to start it.

What differs from class to class is set by environment variables:

========================  ==================================================================  ====================
CLASS_STUDENTS            how many work at the same time; the processors are divided by it    40
CLASS_GROUP               the group of this machine whose members may log in                  students
CLASS_TEACHERS            accounts, with commas between, that may stop others' servers        nobody
CLASS_SPAWNER             ``local``: servers are processes of the students' accounts;         local
                          ``docker``: each runs in a container of CLASS_IMAGE
CLASS_IMAGE               the image that Dockerfile builds                                    convolution
D2LUTIL_DATA              the folder with Fashion-MNIST and CIFAR-10, which nobody writes to  data/ of the checkout
========================  ==================================================================  ====================
"""

import asyncio
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
STUDENTS = int(os.environ.get("CLASS_STUDENTS", "40"))
SPAWNER = os.environ.get("CLASS_SPAWNER", "local")
DATA = Path(os.environ.get("D2LUTIL_DATA") or CHECKOUT / "data").resolve()
PROGRAMS = Path(sys.prefix, "bin")  # of the environment that serves everybody

if SPAWNER not in ("local", "docker"):
    raise ValueError(f"CLASS_SPAWNER is {SPAWNER!r}, and has to be 'local' or 'docker'")
if STUDENTS < 1:
    raise ValueError(f"CLASS_STUDENTS is {STUDENTS}, and has to be at least 1")
if not DATA.is_dir():
    raise ValueError(f"D2LUTIL_DATA names {DATA}, and there is no such folder")

c = get_config()  # noqa: F821 (JupyterHub defines it)

# --- who may log in, and from where

# On this machine only, because passwords must not cross the network in plain text. Options of the command line open the
# hub with a certificate (--ip= --port=443 --ssl-key= --ssl-cert=); or a web server that has one stands before it.
c.JupyterHub.ip = "127.0.0.1"
# Accounts and passwords are those of the machine. A group, since not everybody with an account is in the class.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {os.environ.get("CLASS_GROUP", "students")}
c.Authenticator.admin_users = {name for name in os.environ.get("CLASS_TEACHERS", "").split(",") if name}

# The proxy of `npm ci` in this checkout, or else one on the PATH.
proxy = CHECKOUT / "node_modules" / ".bin" / "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(proxy) if proxy.exists() else "configurable-http-proxy"]

# --- language: the folder that is opened

# d2lutil takes the language from the folder of a notebook. D2LUTIL_LANG would be stronger than the folder, and is not
# set: so both editions stay usable whatever was chosen here.
LANGUAGES = {"en": "English", "zh": "中文"}


def language_form(spawner) -> str:
    """What is asked before a start, with the last choice marked."""
    last = spawner.user_options.get("language", "en")
    options = "".join(
        f'<option value="{code}"{" selected" if code == last else ""}>{name}</option>'
        for code, name in LANGUAGES.items()
    )
    return f'<label>Language · 语言 <select name="language" class="form-control">{options}</select></label>'


def open_in_language(spawner, options: dict) -> None:
    """Begin in the folder of the chosen language. ValueError for a language that there is not."""
    language = options.get("language", "en")
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}: there are {', '.join(LANGUAGES)}")
    spawner.default_url = f"/lab/tree/convolution/notebooks/{language}"


c.Spawner.options_form = language_form
c.Spawner.options_from_form = "simple"
c.Spawner.apply_user_options = open_in_language

# --- what every server gets

c.Spawner.environment = {
    "D2LUTIL_DATA": str(DATA),
    # PyTorch would start as many threads as there are processors for each student. Kernels that compute at the same
    # time then hinder one another, up to tenfold.
    "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // STUDENTS)),
}
# A kernel without a page and without work ends after half an hour: the chapters that were left take most of the memory.
# An open page keeps its kernel, and with it the student's variables.
c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=1800", "--MappingKernelManager.cull_interval=300"]
c.Spawner.start_timeout = 120  # s: when forty start at once, the last one waits for the disk and the processors
c.Spawner.http_timeout = 120

if SPAWNER == "local":
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
    # In full: a PATH could name another installation. Memory is not limited here; CLASS_SPAWNER=docker limits it.
    c.Spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]

    class NoCopy(RuntimeError):
        """The student has no copy of the notebooks, and reads why on the page that waits for the server."""

        @property
        def jupyterhub_message(self) -> str:
            return str(self)

    async def make_own_copy(spawner) -> None:
        """Run own_copy.py with the rights of the student. With those of the hub, which is root's, a link in
        their home would let them write anywhere."""
        home = spawner.user_env({})["HOME"]
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(HERE / "own_copy.py"), str(CHECKOUT), home),
                preexec_fn=spawner.make_preexec_fn(spawner.user.name),
                env={"HOME": home},
                stderr=asyncio.subprocess.PIPE,
            )
        except PermissionError as reason:
            who = f"{spawner.user.name} may not run {sys.executable}"
            raise NoCopy(f"{who}: checkout, environment and its Python have to be readable for all") from reason
        _, complaint = await process.communicate()
        if process.returncode:
            raise NoCopy(complaint.decode(errors="replace").strip())

    c.Spawner.pre_spawn_hook = make_own_copy
else:
    c.JupyterHub.spawner_class = "docker"
    c.DockerSpawner.image = os.environ.get("CLASS_IMAGE", "convolution")
    # The paths are those of Dockerfile. What the student does is kept in a volume, so a container can go when it stops,
    # and the next one is of the newest image.
    c.DockerSpawner.volumes = {"convolution-{username}": "/home/student"}
    c.DockerSpawner.read_only_volumes = {str(DATA): "/srv/data"}
    c.DockerSpawner.remove = True
    c.Spawner.environment["D2LUTIL_DATA"] = "/srv/data"
    c.Spawner.cmd = ["python", "/srv/convolution/deploy/jupyterhub/own_copy.py", "/srv/convolution", "/home/student"]
    c.Spawner.cmd += ["jupyterhub-singleuser"]
    # Room for two open chapters, each at its peak (docs/benchmarks.md). Who needs more loses a kernel of their own.
    c.DockerSpawner.mem_limit = "3G"
    # The containers see this machine as the gateway of Docker's network: `docker network inspect bridge` names it.
    c.JupyterHub.hub_ip = "172.17.0.1"

# --- servers that nobody uses

# Two hours: longer than any break, shorter than the night. Files and the record of exercises stay, variables go.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200", "--cull-every=300"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
