"""What pytest hands to the tests by the names of their arguments."""

import uuid

import pytest
from epochta_mock import Mock, Space


@pytest.fixture(scope="session")
def mock(tmp_path_factory):
    """One mock for all tests: each has an account of its own, so they do not meet."""
    mock = Mock(tmp_path_factory.mktemp("epochta-mock"))
    yield mock
    mock.stop()


@pytest.fixture
def space(mock):
    """The space that the tests share."""
    return Space(mock.url)


@pytest.fixture
def own_space(mock):
    """A space for one test: for those that touch the clock, which all accounts of a space share."""
    return Space(f"{mock.url}/s/test-{uuid.uuid4().hex[:12]}")
