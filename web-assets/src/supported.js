// Says to the style sheet that scripts run, before anything is drawn, so that nothing moves afterwards.
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
}
