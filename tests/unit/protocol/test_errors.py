"""Errors as classes, codes and data."""

from __future__ import annotations

import copy
import pickle

import pytest

from protocol.codec import decode, encode
from protocol.errors import (
    ERRORS,
    ImpastoError,
    Internal,
    NotRunning,
    OutOfMemory,
    Remedy,
    error_from_code,
)
from protocol.messages import ErrorInfo, Failed
from protocol.transport import Closed, Disconnected

EACH = pytest.mark.parametrize("kind", ERRORS.values(), ids=ERRORS.keys())


def full(kind: type[ImpastoError]) -> ImpastoError:
    return kind("So sorry.", field="params.steps", remedy=Remedy("retry", "x", 1), log_id="7")


def parts(error: ImpastoError) -> tuple[object, ...]:
    return type(error), error.message, error.field, error.remedy, error.log_id, str(error)


@EACH
def test_an_error_survives_the_wire(kind: type[ImpastoError]) -> None:
    message = decode(encode(Failed("j", ErrorInfo.of(full(kind))))).message
    assert isinstance(message, Failed)
    assert parts(message.error.to_exception()) == parts(full(kind))


@EACH
def test_an_error_survives_between_processes(kind: type[ImpastoError]) -> None:
    assert parts(pickle.loads(pickle.dumps(full(kind)))) == parts(full(kind))
    assert parts(copy.copy(full(kind))) == parts(full(kind))


def test_codes_are_unique_and_belong_to_one_class_each() -> None:
    assert len(set(ERRORS.values())) == len(ERRORS)
    assert all(kind.code == code for code, kind in ERRORS.items())


def test_a_code_from_a_newer_daemon_is_an_internal_error() -> None:
    error = error_from_code("flux_capacitor", "It is empty.", log_id="8")
    assert parts(error) == (Internal, "It is empty.", None, None, "8", "It is empty.")


def test_finer_errors_of_a_transport_keep_the_code_of_their_kind() -> None:
    for error in (Closed(), Disconnected()):
        assert type(pickle.loads(pickle.dumps(error))) is NotRunning
        assert ErrorInfo.of(error).code == "not_running"


def test_an_error_says_its_sentence() -> None:
    assert str(OutOfMemory("Too large.")) == "Too large."
