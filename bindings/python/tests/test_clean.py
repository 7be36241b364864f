import json
import pickle
import threading

import pytest
import tamis


def test_every_sample_gives_the_line_of_the_command_line(samples, tamis_run):
    cleaner = tamis.Cleaner(audit="full")
    compared = 0
    for path in samples:
        lines = tamis_run("--audit", "full", "--no-survey", path)
        if len(lines) == 1:
            name = json.loads(lines[0])["source"]["path"]
            assert cleaner.clean_line(path.read_bytes(), name=name) == lines[0]
            compared += 1
    assert compared > 20


def test_what_is_known_of_a_document_is_used():
    record = tamis.clean(
        "Le bac du lac est reparti jeudi.", id="a1", url="https://lac.example/bac", title="Le bac repart", date="2024-03-12"
    )
    assert (record["id"], record["url"], record["title"]) == ("a1", "https://lac.example/bac", "Le bac repart")
    assert record["published"] == {"value": "2024-03-12", "precision": "day", "how": "input", "evidence": "2024-03-12"}
    assert [d["value"] for d in record["dates"]] == ["2024-03-07"]


def test_the_same_facts_in_jsonl_give_the_same_record():
    row = {"text": "Le bac du lac repart jeudi pour Genève.", "id": "a1", "title": "Le bac repart", "date": "2024-03-12"}
    by_line = tamis.clean(json.dumps(row), format="jsonl")
    text = row.pop("text")
    by_argument = tamis.clean(text, **row)
    assert by_line.pop("source") != by_argument.pop("source")
    assert by_line == by_argument


def test_bytes_are_decoded():
    record = tamis.clean("L'été dernier, le bac a été réparé à Évian.".encode("cp1252"))
    assert "été réparé à Évian" in record["text"]
    assert record["source"]["charset"] == "windows-1252"


def test_stages_can_be_chosen():
    assert "dates" not in tamis.clean("Le bac repart le 14 mars 2024.", only=["entities"])
    assert "dates" in tamis.clean("Le bac repart le 14 mars 2024.", only=["dates"], lang="fr")


def test_a_reject_says_why():
    with pytest.raises(tamis.Rejected) as caught:
        tamis.clean(b"%PDF-1.7\x00\x00")
    assert caught.value.reason == "binary"
    assert caught.value.stage == "read" and caught.value.advice and caught.value.detail
    with pytest.raises(ValueError):
        tamis.clean("")


@pytest.mark.parametrize("call", [lambda: tamis.clean(17), lambda: tamis.explain(None)])
def test_other_types_are_type_errors(call):
    with pytest.raises(TypeError, match="expected str or bytes"):
        call()


@pytest.mark.parametrize(
    "configuration, said",
    [({"audit": "loud"}, "audit"), ({"only": ["soup"]}, "soup"), ({"disable": ["no.such"]}, "no.such"), ({"survey": b"x"}, "survey")],
)
def test_bad_configurations_are_refused(configuration, said):
    with pytest.raises(ValueError, match=said):
        tamis.Cleaner(**configuration)


def test_a_cleaner_is_shared_by_threads_and_pickled(samples):
    cleaner = pickle.loads(pickle.dumps(tamis.Cleaner(audit="none")))
    data = [p.read_bytes() for p in samples]
    expected = [cleaner.clean_line(d) for d in data]
    found = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: [cleaner.clean_line(d) for d in data]})) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n] == expected for n in range(3))


def test_an_explanation_is_a_page_that_a_notebook_shows():
    shown = tamis.explain("Le bac repart.\n\nInscrivez-vous à notre newsletter !")
    assert shown.startswith("<!") and "newsletter" in shown
    assert shown._repr_html_().startswith("<iframe srcdoc=")
