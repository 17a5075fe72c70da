"""Where changes stand, as paths of the repo that people can open."""

from __future__ import annotations

from dataclasses import replace

from processctl.breaking.compare.processes import Pair
from processctl.breaking.image import roots
from processctl.breaking.places import Places
from processctl.breaking.rule import Change, Location
from processctl.breaking.versions import VersionError
from processctl.repo import Repo


class Shown:
    """Gives changes and errors the place that they are about in today's repo."""

    def __init__(self, repo: Repo, places: Places) -> None:
        self._repo, self._places, self._roots = repo, places, roots(repo.root)

    def change(self, change: Change, both: Pair) -> Change:
        """Return `change` with its place; what is gone has that of what was around it."""
        return replace(change, location=self._path(change.location or self._of(change.at, both)))

    def error(self, error: VersionError, both: Pair) -> VersionError:
        """Return `error` with its place."""
        return replace(error, location=self._path(self._of(error.at, both)))

    def _of(self, at: str | int, both: Pair) -> Location:
        if both.new is None:
            return Location(both.old.process.source if both.old else "")
        found = self._places.of(at) if isinstance(at, str) else None
        return found or self._places.of_option(both.new.process.source, at if isinstance(at, int) else 0)

    def _path(self, location: Location) -> Location:
        found = next((root / location.path for root in self._roots if (root / location.path).is_file()), None)
        return replace(location, path=self._repo.shown(found)) if found else location
