// Runs before the first paint so that a chosen theme does not flash; the switch shows only where this file ran
// (static/css/frame.css).
(function () {
  "use strict";
  var KEY = "theme";
  var NEXT = { auto: "light", light: "dark", dark: "auto" };
  var WORD = { auto: "随系统", light: "浅色", dark: "深色" };
  var root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch (error) {
      return "auto";
    }
  }

  function apply(theme) {
    if (!(theme in NEXT)) {
      theme = "auto";
    }
    root.dataset.theme = theme;
    return theme;
  }

  var current = apply(stored());

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-toggle]").forEach(function (button) {
      var word = button.querySelector("[data-theme-word]");
      function say() {
        if (word) {
          word.textContent = WORD[current];
        }
      }
      say();
      button.addEventListener("click", function () {
        current = apply(NEXT[current]);
        try {
          localStorage.setItem(KEY, current);
        } catch (error) {
          // A browser that keeps nothing still shows the theme for this page.
        }
        say();
      });
    });
  });
})();
