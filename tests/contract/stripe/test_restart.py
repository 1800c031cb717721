"""Nothing that was answered is lost when the sandbox is killed. Sandbox only."""

import itertools
import subprocess
import sys
import threading
import time

import pytest
import stripe

from tests.contract.stripe.conftest import connect, payment
from tests.fakes.stripe_process import ROOT, stripe_sandbox


@pytest.mark.faults
class TestKilledSandbox:
    def test_knows_everything_again(self, tmp_path):
        with stripe_sandbox(tmp_path) as sandbox:
            client = connect(sandbox)
            customer = client.v1.customers.create({"email": "ada@example.com"})
            key = {"idempotency_key": "attempt-1"}
            paid = client.v1.payment_intents.create(payment(customer=customer.id), key)
            before = sandbox.journal()
            sandbox.control("POST", "clock", {"offset_s": 60})

            sandbox.kill()
            sandbox.start()

            assert client.v1.customers.retrieve(customer.id).to_dict() == customer.to_dict()
            assert client.v1.payment_intents.retrieve(paid.id).to_dict() == paid.to_dict()
            replayed = client.v1.payment_intents.create(payment(customer=customer.id), key)
            assert replayed.id == paid.id
            assert replayed.last_response.headers["idempotent-replayed"] == "true"
            assert sandbox.journal() == before
            assert client.v1.customers.create({"name": "Bob"}).created >= customer.created + 60

    def test_charged_once_per_key_and_journaled_each_charge(self, tmp_path):
        """Killed at random moments under load, with every caller retrying its key until answered."""
        with stripe_sandbox(tmp_path) as sandbox:
            answers, done = {}, threading.Event()

            def buy(buyer):
                for number in itertools.count():
                    if done.is_set():
                        return
                    key = f"{buyer}-{number}"
                    while key not in answers:
                        try:
                            answers[key] = connect(sandbox).v1.payment_intents.create(
                                payment(metadata={"key": key}), {"idempotency_key": key}
                            )
                        except stripe.APIConnectionError:
                            if done.wait(0.05):
                                return

            def wait_for(count):
                deadline = time.monotonic() + 30
                while len(answers) < count:
                    assert time.monotonic() < deadline, f"{len(answers)} of {count} answers"
                    done.wait(0.005)

            buyers = [threading.Thread(target=buy, args=(number,)) for number in range(4)]
            for buyer in buyers:
                buyer.start()
            try:
                for count in (20, 40, 60, 80, 100):
                    wait_for(count)
                    sandbox.kill()
                    sandbox.start()
                wait_for(120)
            finally:
                done.set()
                for buyer in buyers:
                    buyer.join()

            lines = sandbox.journal()
            charged = [line["metadata"]["key"] for line in lines]
            assert len(charged) == len(set(charged)), "a key was charged twice"
            assert set(answers) <= set(charged), "an answered charge is not in the journal"
            listed = connect(sandbox).v1.charges.list({"limit": 100}).auto_paging_iter()
            assert sorted(line["charge"] for line in lines) == sorted(
                charge.id for charge in listed
            )

    def test_shares_its_state_and_its_port_with_nobody(self, tmp_path):
        with stripe_sandbox(tmp_path) as sandbox:
            port = sandbox.base.rpartition(":")[2]
            for state, second_port in ((sandbox.state, "0"), (tmp_path / "other", port)):
                second = subprocess.run(
                    [
                        sys.executable,
                        "-m",
                        "sandbox.stripe",
                        "--state",
                        state,
                        "--port",
                        second_port,
                    ],
                    cwd=ROOT,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=20,
                )

                assert second.returncode == 1
                assert second.stderr.startswith("Cannot use")
            assert sandbox.control("GET", "health") == {"status": "ok"}

    def test_repairs_a_torn_journal(self, tmp_path):
        with stripe_sandbox(tmp_path) as sandbox:
            client = connect(sandbox)
            for _ in range(3):
                client.v1.payment_intents.create(payment())
            whole = sandbox.journal()
            sandbox.kill()
            file = sandbox.state / "journal.jsonl"
            file.write_bytes(file.read_bytes()[:-40])

            sandbox.start()

            assert sandbox.journal() == whole
