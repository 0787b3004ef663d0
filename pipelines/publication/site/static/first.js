// Before the page is drawn: the language and the colours that were chosen last, so that nothing flashes.
(function () {
  "use strict";
  function kept(name) { try { return localStorage.getItem(name); } catch { return null; } }
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("lang");
  const browser = /^zh/i.test(navigator.language || "zh") ? "zh" : "en";
  const language = [asked, kept("gwr-language"), browser].find((value) => value === "zh" || value === "en");
  root.dataset.lang = language;
  root.lang = language === "zh" ? "zh-Hans" : "en";
  const theme = kept("gwr-theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  root.classList.add("scripted");
})();
