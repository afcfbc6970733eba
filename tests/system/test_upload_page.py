"""The upload page in a real Chromium, in front of a real receiver; only recognition is played by the test."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from receiver.intake import Intake, Receipt, Upload
from receiver.models import Conclusion, DoorState, SnapshotState, Verdict, Visit
from receiver.server import Server
from receiver.settings import ReceiverSettings
from receiver.store import Store
from receiver.web import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
PATIENCE_S = 20
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"),
]


class House:
    """A receiver without recognition: the test says what was seen."""

    def __init__(self, folder: Path, **chosen: Any) -> None:
        settings = ReceiverSettings(**{"host": "127.0.0.1", "port": 0, "unknown_doors": "accept"} | chosen)
        self.store = Store(folder / "station.sqlite3")
        self.intake = Intake(
            self.store,
            folder / "snapshots",
            settings,
            0,
            routes=lambda: (),
            publish=lambda change: None,
            wake=lambda: None,
        )
        self.server = Server(create_app(self, settings), settings)
        self.server.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/"

    def accept(self, upload: Upload) -> Receipt:
        return self.intake.accept(upload)

    def visit(self, visit: str) -> Visit:
        return self.store.visit(visit)

    def visits(self, limit: int, before: str | None = None) -> Sequence[Visit]:
        return self.store.visits(limit, before)

    def health(self) -> Mapping[str, Any]:
        return {}

    def newest(self) -> Visit:
        return self.store.visits(1)[0]

    def conclude(self, reason: str) -> None:
        """Recognition reaches a verdict about the newest picture."""
        snapshot = self.newest().snapshots[-1]
        conclusion = Conclusion(Verdict.UNCLEAR, reason, (), "none")
        self.store.conclude(snapshot.id, SnapshotState.RECOGNISED, conclusion, ())

    def close(self) -> None:
        self.server.stop()
        self.store.close()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def make(**chosen: Any) -> House:
        built.append(House(tmp_path / str(len(built)), **chosen))
        return built[-1]

    yield make
    for house in built:
        house.close()


def start_browser(profile: Path, *more: str, javascript: bool = True) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}", *more):
        options.add_argument(flag)
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    browser = start_browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


class Page:
    """What a person sees and does."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def find(self, id_: str) -> WebElement:
        return self.browser.find_element(By.ID, id_)

    def wait(self, condition: Callable[[], Any]) -> Any:
        # A page may load anew between finding and reading, for which the driver has more than one error.
        patient = WebDriverWait(self.browser, PATIENCE_S, 0.05, ignored_exceptions=[WebDriverException])
        return patient.until(lambda _: condition())

    def choose(self, photo: Path) -> None:
        self.find("photo").send_keys(str(photo))

    def press(self, id_: str) -> None:
        self.wait(self.find(id_).is_displayed)
        self.find(id_).click()

    def reads(self, text: str) -> None:
        """Wait until the page says this."""
        try:
            self.wait(lambda: text in self.browser.find_element(By.TAG_NAME, "main").text)
        except TimeoutException:
            raise AssertionError(self.browser.find_element(By.TAG_NAME, "body").text) from None


@pytest.fixture
def page(one_browser: webdriver.Chrome) -> Iterator[Page]:
    yield Page(one_browser)
    one_browser.get("about:blank")
    errors = [entry for entry in one_browser.get_log("browser") if "javascript" in entry["source"]]
    assert not errors, errors


@pytest.fixture
def portrait(tmp_path: Path, astronaut: Image.Image) -> Path:
    astronaut.save(tmp_path / "portrait.jpg", quality=90)
    return tmp_path / "portrait.jpg"


def test_from_choosing_a_photo_to_the_verdict(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """Choose, see it, send it; the verdict appears as soon as it is reached. The bytes arrive as they were."""
    house = build()
    page.browser.get(house.address)
    page.choose(portrait)
    page.press("send")
    page.reads("Your photo has arrived")

    assert house.newest().door == "web-127-0-0-1"
    assert house.newest().snapshots[0].path.read_bytes() == portrait.read_bytes()

    house.conclude("the face is too dark")
    page.reads("Can't tell who: the face is too dark")

    page.press("again")
    page.reads("At the door?")


def test_a_held_photo_waits_for_the_owner(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """The page says what it waits for, and goes on by itself once the owner approved."""
    house = build(unknown_doors="ask")
    page.browser.get(house.address)
    page.choose(portrait)
    page.press("send")
    page.reads("Waiting for the owner")

    house.store.set_door("web-127-0-0-1", DoorState.APPROVED, ())
    page.reads("Your photo has arrived")
    house.conclude("the face is turned away")
    page.reads("Can't tell who: the face is turned away")


def test_a_refused_photo_is_said(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """And can be sent again when the owner has thought better of it."""
    house = build(unknown_doors="refuse")
    page.browser.get(house.address)
    page.choose(portrait)
    page.press("send")

    page.reads("Not let in")
    assert page.find("send").is_displayed()


def test_a_huge_photo_is_drawn_smaller(build: Callable[..., House], page: Page, tmp_path: Path) -> None:
    """48 million pixels, lying on their side: it arrives upright, within the limits and with its proportions."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((8_000, 6_000), 20).convert("RGB").save(tmp_path / "huge.jpg", quality=40, exif=exif)
    house = build(max_upload_mb=1)
    page.browser.get(house.address)
    page.choose(tmp_path / "huge.jpg")
    page.press("send")
    page.reads("Your photo has arrived")

    arrived = house.newest().snapshots[0]
    assert arrived.path.stat().st_size <= 1024 * 1024
    assert arrived.width * 4 == arrived.height * 3
    assert arrived.height >= 1_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_picture_become_jpeg(
    build: Callable[..., House], page: Page, astronaut: Image.Image, tmp_path: Path, kind: str
) -> None:
    """A screenshot or a picture from a messenger is fine too."""
    file = tmp_path / f"photo.{kind.lower()}"
    astronaut.convert("RGBA").save(file)
    house = build()
    page.browser.get(house.address)
    page.choose(file)
    page.press("send")
    page.reads("Your photo has arrived")

    assert Image.open(io.BytesIO(house.newest().snapshots[0].path.read_bytes())).format == "JPEG"


def test_what_is_no_picture_is_said_at_once(build: Callable[..., House], page: Page, tmp_path: Path) -> None:
    """Before anything is sent."""
    (tmp_path / "letter.jpg").write_text("Dear reader")
    house = build()
    page.browser.get(house.address)
    page.choose(tmp_path / "letter.jpg")

    page.reads("not a photo we can read")
    assert house.store.visits(1) == ()


def test_a_cut_photo_is_said_in_a_sentence(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """Chromium shows the part that is there; the receiver does not take it for whole."""
    portrait.write_bytes(portrait.read_bytes()[:-2_000])
    house = build()
    page.browser.get(house.address)
    page.choose(portrait)
    page.wait(lambda: page.find("send").is_displayed() or page.find("news").is_displayed())
    if page.find("send").is_displayed():
        page.press("send")
        page.reads("cut off")
    assert house.store.visits(1) == ()


def test_a_lost_connection_is_said(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """With what to do; the photo is still there to be sent again."""
    house = build()
    page.browser.get(house.address)
    page.choose(portrait)
    page.wait(page.find("send").is_displayed)
    house.server.stop()
    page.press("send")

    page.reads("did not get through")
    assert page.find("send").is_displayed()


def test_the_keyboard_is_enough(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """The field has the focus ring of its button, the Send button gets the focus, and the news after it."""
    house = build()
    page.browser.get(house.address)
    page.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert page.browser.switch_to.active_element.get_attribute("id") == "photo"

    page.choose(portrait)
    page.wait(lambda: page.browser.switch_to.active_element.get_attribute("id") == "send")
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    page.reads("Your photo has arrived")
    assert page.browser.switch_to.active_element.get_attribute("id") == "news"


def test_the_page_is_accessible(build: Callable[..., House], page: Page) -> None:
    """Every field has a label, the page a language and a title, news are announced, and buttons are large enough."""
    page.browser.get(build().address)

    assert page.browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert page.browser.title
    for field in page.browser.find_elements(By.CSS_SELECTOR, "input[type=file], progress"):
        assert page.browser.find_elements(By.CSS_SELECTOR, f"label[for={field.get_attribute('id')}]")
    assert page.browser.find_elements(By.CSS_SELECTOR, "#news [aria-live=polite]")
    for button in page.browser.find_elements(By.CSS_SELECTOR, ".button"):
        assert not button.is_displayed() or button.size["height"] >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(build: Callable[..., House], page: Page, scheme: str) -> None:
    """Every text colour stands out from its background by 4.5 to 1 (WCAG AA)."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    page.browser.get(build().address)

    colours = page.browser.execute_script(
        """const names = ["paper", "card", "ink", "soft", "main", "main-ink", "good", "bad", "unsure"];
        const style = getComputedStyle(document.documentElement);
        return Object.fromEntries(names.map((n) => [n, style.getPropertyValue("--" + n).trim()]));"""
    )

    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert (luminance(colours["paper"]) > 0.5) is (scheme == "light")
    pairs = [(text, ground) for text in ("ink", "soft", "good", "bad", "unsure") for ground in ("paper", "card")]
    for text, ground in [*pairs, ("main-ink", "main")]:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1280, 800)])
def test_nothing_is_wider_than_the_screen(build: Callable[..., House], page: Page, width: int, height: int) -> None:
    """No sideways scrolling, from the smallest phone to a desktop; phones are offered the camera."""
    phone = width < 1_000
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": phone})
    page.browser.get(build().address)

    wide = page.browser.execute_script("return document.documentElement.scrollWidth")
    camera = page.browser.find_element(By.CSS_SELECTOR, "label[for=camera]").is_displayed()
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})

    assert wide <= width
    assert camera is phone


def test_without_javascript_it_works_too(build: Callable[..., House], tmp_path: Path, portrait: Path) -> None:
    """A plain form; the answer looks again by itself until the verdict is there."""
    house = build()
    browser = start_browser(tmp_path / "profile", javascript=False)
    try:
        plain = Page(browser)
        browser.get(house.address)
        plain.choose(portrait)
        plain.press("plain-send")
        plain.reads("Your photo has arrived")
        house.conclude("the face is too dark")
        plain.reads("Can't tell who: the face is too dark")
        browser.get(house.address)
        portrait.write_bytes(b"no picture")
        plain.choose(portrait)
        plain.press("plain-send")
        plain.reads("This is not a JPEG picture.")
    finally:
        browser.quit()


def test_a_page_elsewhere_cannot_ring_the_bell(build: Callable[..., House], page: Page, portrait: Path) -> None:
    """Another site's script and form, opened in the owner's browser, get nothing through and read nothing."""
    house, elsewhere = build(), build()
    page.browser.get(elsewhere.address.replace("127.0.0.1", "localhost"))
    send = """const done = arguments[1];
        const post = (kind) => fetch(arguments[0], {method: "POST", mode: "no-cors", credentials: "include",
          headers: kind ? {"Content-Type": kind} : {}, body: kind ? "x" : new FormData()});
        Promise.allSettled([post("text/plain"), post("image/jpeg"), post(null)]).then(() => done(true));"""
    page.browser.set_script_timeout(PATIENCE_S)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(page.browser.execute_async_script, send, house.address).result()

    assert house.store.visits(1) == ()
    page.browser.get_log("browser")
