"""The table behind :mod:`voiceclone_gui.core.sentences`: code -> (what is wrong, what to do)."""

from __future__ import annotations

from collections.abc import Mapping

from voiceclone_gui.core.check_sentences import CHECK
from voiceclone_gui.core.keyring_sentences import KEYRING
from voiceclone_gui.core.light_sentences import LIGHTS
from voiceclone_gui.core.microphone_sentences import MICROPHONE
from voiceclone_gui.core.network_sentences import NETWORK
from voiceclone_gui.core.outgoing_sentences import OUTGOING
from voiceclone_gui.core.preview_sentences import PREVIEW
from voiceclone_gui.core.price_sentences import PRICES
from voiceclone_gui.core.service_sentences import SERVICE_CODES
from voiceclone_gui.core.update_sentences import UPDATES

_INPUT = {
    "input-refused": ("Something has to be put right first ({count}).", "See the marked fields."),
    "voice-id-missing": ("The voice ID is missing.", "Type one, or take the suggested one."),
    "voice-id-short": ("The voice ID needs {minimum} characters and has {length}.", "Make it longer."),
    "voice-id-long": ("The voice ID has {length} characters, {maximum} are allowed.", "Make it shorter."),
    "voice-id-start": (
        "The voice ID starts with {first}.",
        "Start it with an English letter, a-z or A-Z.",
    ),
    "voice-id-characters": (
        "The voice ID has characters that aren't allowed: {characters}.",
        "Use English letters, digits, - and _ only.",
    ),
    "voice-id-end": ("The voice ID ends in {last}.", "End it with an English letter or a digit."),
    "prompt-text-missing": (
        "The words of the example clip are missing.",
        "Type exactly what is said in the clip, or take the clip out.",
    ),
    "prompt-audio-missing": (
        "There are words for an example clip, but no clip.",
        "Add the clip, or take the words out.",
    ),
    "prompt-text-punctuation": (
        "The words of the example clip don't end in punctuation.",
        "End them like this: {cured}",
    ),
    "text-blank": ("The preview text has only white space in it.", "Type some words, or empty the field."),
    "text-long": (
        "The preview text has {length} characters, {maximum} are allowed.",
        "Make it shorter.",
    ),
    "text-invisible": (
        "More than a tenth of the preview text is invisible characters.",
        "Clean the text: they often come along when text is copied from a page.",
    ),
    "text-broken": ("The text has broken characters in it.", "Type it again instead of pasting it."),
    "model-missing": ("A preview text needs a model.", "Choose the model that speaks the preview."),
    "model-malformed": (
        "That is not the name of a model.",
        "Type a name like speech-2.8-hd, without spaces.",
    ),
    "model-unlisted": ("The model {model} is not on our list.", "It is sent as you typed it."),
    "language-unknown": (
        "The service doesn't know the language {language}.",
        "Choose one from the list, or leave it out.",
    ),
    "language-model": (
        "{language} doesn't work with {model}.",
        "Choose a 2.6 or 2.8 model, or another language.",
    ),
    "validation-long": (
        "The expected words have {length} characters, {maximum} are allowed.",
        "Make them shorter.",
    ),
    "accuracy-range": ("The accuracy is {accuracy}.", "It has to be between 0 and 1."),
    "accuracy-alone": (
        "An accuracy says how well the expected words must match, but there are none.",
        "Fill in the expected words, or take the accuracy out.",
    ),
    "tags-unknown-to-model": (
        "{model} doesn't know these sound tags: {tags}.",
        "Choose a 2.8 model, or take them out; else they may be read aloud.",
    ),
    "pause-malformed": (
        "{mark} is not a pause.",
        "Write a pause as <#1.5#>, from 0.01 to 99.99 seconds.",
    ),
    "pause-doubled": ("There are two pauses in a row.", "Make them one."),
    "pause-at-end": ("A pause has to stand between two words.", "Move it, or take it out."),
    "recording-missing": ("There is no recording yet.", "Choose one, or try the sample recording."),
    "sample-examining": ("The recording is still being examined.", "Wait a moment."),
    "job-unknown": (
        "It isn't settled yet what became of the voice {voice_id}.",
        "Settle it above the button, or choose to decide later.",
    ),
    "job-elsewhere": (
        "The voice {voice_id} was asked for at {service}.",
        "Give that service its address and token back, then try again.",
    ),
    "rights-missing": (
        "It isn't said that you may clone this voice.",
        "Clone only voices that are yours, or whose owner agreed, and tick the box.",
    ),
}

_ADDRESS = {
    "address-missing": ("The address of the service is missing.", "Type it, like https://api.example.com."),
    "address-malformed": (
        "{address} is not the address of a service.",
        "Type it like https://api.example.com.",
    ),
    "address-with-password": (
        "The address has a user name or a password in it.",
        "Take it out: the token has its own place.",
    ),
    "address-with-query": ("The address has a ? or # part.", "Take everything from there on out."),
    "address-not-https": (
        "http:// would send your token in the open to {host}.",
        "Use https:// instead.",
    ),
    "prefix-malformed": ("{prefix} is not a path.", "Type it like /minimaxi, or leave it empty."),
}

_SAMPLE = {
    "sample-missing": ("There is no file {name}.", "Choose the recording again."),
    "sample-folder": ("{name} is a folder.", "Choose a recording inside it."),
    "sample-not-permitted": (
        "{name} may not be read.",
        "Change its permissions, or copy it to a folder of yours.",
    ),
    "sample-io": ("{name} could not be read: {reason}", "Copy it to another disk and choose it there."),
    "sample-empty": ("{name} is empty.", "Choose another recording."),
    "sample-not-audio": (
        "{name} is not a recording that can be read.",
        "Choose a file with sound in it: a recording, a song, a film.",
    ),
    "sample-no-audio": ("{name} has no sound in it.", "Choose a file with speech in it."),
    "sample-undecodable": (
        "{name} is damaged: nothing in it could be decoded.",
        "Save or record it again.",
    ),
    "sample-endless": (
        "{name} is longer than {limit_h} hours.",
        "Cut out the part with the voice and choose that.",
    ),
    "sample-vanished": ("{name} is gone.", "Put it back, or choose another recording."),
    "sample-changed": (
        "{name} was changed after it was examined.",
        "Choose it again when nothing writes to it any more.",
    ),
    "sample-short": (
        "What is selected is {duration_s} s long, the service wants 10 s at least.",
        "Select more of it, or choose a longer recording.",
    ),
    "sample-long": (
        "What is selected is {duration_s} s long, the service takes 5 minutes at most.",
        "Select a part of 10 s to 5 minutes, or let the best part be found.",
    ),
    "sample-two-voices": (
        "Left and right sound like two different voices.",
        "Choose the channel with the voice that is to be cloned.",
    ),
    "sample-damaged": (
        "The recording is damaged, and what can't be read would be skipped (places: {parts}).",
        "Listen to the preview closely, or save the recording again.",
    ),
    "prompt-long": (
        "The example clip is {duration_s} s long, it must be shorter than 8 s.",
        "Select a shorter part of it, or choose another clip.",
    ),
    "prompt-short": (
        "The example clip is {duration_s} s long; under 5 s is sometimes refused.",
        "Take a longer one if it is.",
    ),
}

_COMPUTER = {
    "worker-died": ("The audio process ended unexpectedly.", "Try again; if it stays, try another file."),
    "worker-timeout": ("Examining the audio took longer than {limit_s} s.", "Try a shorter file."),
    "worker-memory": ("The audio needs more memory than it may have.", "Try a shorter file."),
    "worker-fault": ("The audio process failed: {reason}", "Try another file."),
    "storage-not-writable": (
        "{path} can't be written: {reason}",
        "Look after that folder and its disk, or start with --data-dir and another folder.",
    ),
    "storage-no-room": (
        "There is no room left on the disk for {path}.",
        "Make room there, then try again. What was written down before is safe.",
    ),
    "storage-read-only": (
        "{path} can't be written: its disk can only be read.",
        "Make that disk writable, or start with --data-dir and a folder on another one.",
    ),
    "storage-no-permission": (
        "{path} may not be written.",
        "Change the permissions of the file and its folder, or start with --data-dir and another folder.",
    ),
    "storage-damaged": (
        "The library {path} is damaged: {reason}",
        "Start the program again: it sets the file aside and keeps what can be read.",
    ),
    "library-rebuilt": (
        "The list of voices was damaged and was made anew (voices: {voices}, open clones: {open_jobs}).",
        "See whether a voice is missing. Unreadable folders: {unreadable}. The damaged file stays as {path}.",
    ),
    "library-completed": (
        "Voices that were missing in the list came back from their folders (voices: {voices}).",
        "Look through the list. Unreadable folders: {unreadable}. All of them stay in {folder}.",
    ),
    "storage-newer": (
        "The library {path} was written by a newer version of this program.",
        "Install the newest version.",
    ),
    "settings-damaged": (
        "The settings couldn't be understood and were set aside as {path}: {reason}",
        "The usual settings are in use; choose yours again.",
    ),
    "settings-unreadable": (
        "The settings {path} can't be read: {reason}",
        "The usual settings are in use. Change the file's permissions and start again.",
    ),
    "storage-in-use": ("Another program works with {path}.", "End it, then try again."),
    "storage-not-readable": (
        "{path} can't be read: {reason}",
        "Change its permissions, or start with --data-dir and another folder.",
    ),
    "job-in-use": (
        "Another window or command works on the voice {voice_id}.",
        "Wait until it has ended, then try again.",
    ),
    "storage-own-source": (
        "{path} is a recording that is used here.",
        "Choose another name: it would be lost.",
    ),
    "storage-exists": ("{path} exists already.", "Choose another name."),
    "practice-no-loopback": (
        "The practice service can't run: this computer doesn't let programs talk to themselves ({reason}).",
        "Allow connections to 127.0.0.1, or connect a real service.",
    ),
    "practice-no-start": ("The practice service didn't start: {reason}", "Start the program again."),
    "practice-no-voice": (
        "The practice service can't speak on this computer: {reason}",
        "Install the program again, or connect a real service.",
    ),
}

_CONNECTION = {
    "connect-refused": (
        "{host} doesn't accept connections.",
        "Check the address; the service may be down.",
    ),
    "connect-dns": (
        "The address {host} can't be found.",
        "Check the internet connection and the address.",
    ),
    "connect-timeout": (
        "{host} didn't answer in time; nothing was sent.",
        "Check the internet connection, then try again.",
    ),
    "connect-tls": (
        "The connection to {host} is not safe: its certificate was not accepted.",
        "Check the address and this computer's clock; an office network may need its own certificate.",
    ),
    "connect-proxy": (
        "The proxy didn't let the connection to {host} through: {reason}",
        "Check the proxy in the system's settings.",
    ),
    "connect-failed": (
        "No connection to {host}: {reason}",
        "Check the internet connection and the address.",
    ),
    "connection-lost": (
        "The connection to {host} broke.",
        "Check the internet connection, then try again.",
    ),
    "read-timeout": ("{host} took too long to answer.", "Try again later."),
    "wrong-address": (
        "A web page answered at {url}, not the voice service.",
        "Check address and prefix of the service.",
    ),
    "wrong-address-redirect": (
        "{url} leads somewhere else.",
        "Type the final address; the token isn't sent to another one.",
    ),
    "not-offered": ("This service doesn't offer {call}.", "Your voices aren't affected."),
    "answer-unreadable": (
        "The answer of {host} can't be understood: {reason}",
        "Try again; if it stays, ask the service's support.",
    ),
    "too-large": ("The service refused the file as too large.", "Send a smaller file, such as mp3."),
    "slow-down": ("The service wants us to slow down.", "Wait a moment, then try again."),
    "service-busy": ("The service has no free channel at the moment.", "Wait a moment, then try again."),
    "service-trouble": ("The service has trouble on its side (HTTP {status}).", "Try again later."),
    "request-refused": ("The service didn't accept the request.", "See what it said under Details."),
    "token-missing": ("There is no token for this service.", "Enter the token of your account."),
    "token-malformed": (
        "The token has characters that no token has.",
        "Copy it again from the service's page.",
    ),
    "token-refused": ("The service didn't accept the token.", "Check the token."),
    "access-refused": ("The account may not use this.", "Check the account and its plan."),
    "out-of-credit": ("The account has no credit left.", "Top it up, or wait for the plan's next period."),
    "content-refused": (
        "The service flagged the content: {kind}.",
        "Change the text or the recording.",
    ),
}

SENTENCES: Mapping[str, tuple[str, str]] = {
    **_INPUT,
    **_ADDRESS,
    **_SAMPLE,
    **LIGHTS,
    **MICROPHONE,
    **_COMPUTER,
    **KEYRING,
    **OUTGOING,
    **PREVIEW,
    **_CONNECTION,
    **NETWORK,
    **CHECK,
    **PRICES,
    **UPDATES,
    **SERVICE_CODES,
}
