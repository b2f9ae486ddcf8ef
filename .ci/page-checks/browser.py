"""Chromium, driven: pages are opened, looked at until they show something, and what they asked is told. No check."""

import json
import os
import tempfile
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20
# Told to every page before its own scripts: what it is forbidden to do, and when its first rows are there.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => violations.push(event.violatedDirective + " " + event.blockedURI));
new MutationObserver((_, self) => {
  if (document.querySelector(".row-link") !== null) {
    requestAnimationFrame(() => { window.firstRows = performance.now(); });
    self.disconnect();
  }
}).observe(document, { childList: true, subtree: true });
"""


class Browser:
    """`with Browser() as browser:` closes it, and fails where the page did what it may not."""

    def __init__(self, width=1280, height=800, language="en", dark=False, expects=(), before=""):
        self.size, self.language, self.dark = (width, height), language, dark
        # What may stand in the console: answers that a check provokes.
        self.expects, self.before = expects, before
        self.asked = []

    def __enter__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ["CHROMIUM"]
        width, height = self.size
        for argument in [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server",
            f"--user-data-dir={tempfile.mkdtemp(dir=os.environ['WORK'])}", f"--lang={self.language}", f"--window-size={width},{height}",
        ]:
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": self.language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(os.environ["CHROMEDRIVER"]), options=options)
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.cdp("Emulation.setDeviceMetricsOverride", **metrics)
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH + self.before)
        self.scheme("dark" if self.dark else "light")
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.judge()
        finally:
            self.driver.quit()

    def judge(self):
        """Nothing was asked of anybody else, nothing was forbidden, nothing went wrong unnoticed."""
        wrong = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        wrong = [message for message in wrong if not any(expected in message for expected in self.expects)]
        assert not wrong, f"in the console: {wrong}"
        violations = self.js("return window.violations")
        assert not violations, f"forbidden: {violations}"
        self.requests()
        hosts = {urlsplit(url).netloc for url in self.asked if urlsplit(url).scheme in ("http", "https", "ws", "wss")}
        assert len(hosts) <= 1, f"asked of {hosts}"

    def requests(self):
        """Every URL that was asked for so far."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])
        return self.asked

    def scheme(self, name):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, url):
        # The same page with another place behind the # would not be loaded anew.
        self.driver.get("about:blank")
        self.driver.get(url)

    def until(self, condition, what):
        """Waits for a condition, which may look at things that are just being drawn anew."""
        ignored = (StaleElementReferenceException,)
        try:
            return WebDriverWait(self.driver, PATIENCE, 0.05, ignored).until(lambda _: condition())
        except TimeoutException:
            shown = self.js("return document.querySelector('main').innerText")[:900]
            raise AssertionError(f"{what} did not come about; the page shows:\n{shown}") from None

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.until(lambda: next((element for element in self.all(selector) if element.is_displayed()), None), selector)

    def text(self, selector):
        """All that can be read in the elements of a selector, also beyond the edge of what scrolls."""
        return "\n".join(self.js("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", selector))

    def sees(self, selector, text):
        self.until(lambda: text in self.text(selector), f"«{text}» in {selector}")

    def misses(self, selector, text):
        self.until(lambda: text not in self.text(selector), f"no «{text}» in {selector}")

    def click(self, selector, text=None):
        def found():
            for element in self.all(selector):
                if element.is_displayed() and element.is_enabled() and (text is None or text in element.text):
                    element.click()
                    return True
            return False

        self.until(found, f"a click on {selector} {text or ''}")

    def type(self, selector, *keys):
        element = self.one(selector)
        element.clear()
        element.send_keys(*keys)
        return element

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def choose(self, selector, value):
        self.one(selector)
        self.js(
            "const s = document.querySelector(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change', { bubbles: true }))",
            selector, value,
        )

    def hash(self):
        return self.js("return location.hash")

    def is_live(self):
        self.one(".live[data-state=live]")

    def clipboard(self):
        self.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        return self.driver.execute_async_script("const done = arguments[0]; navigator.clipboard.readText().then(done, error => done(String(error)))")


__all__ = ["Browser", "By", "Keys"]
