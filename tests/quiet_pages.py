"""What tests do to pages in a browser, so that these do no work that nobody looks at: scripts run before their own."""

NO_MATCHED_RUNS = """
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) {
        if (message.ask !== "ensembles") post.call(this, message, ...more);
    };
"""
"""The page waits for its matched runs for ever: four hundred histories behind every change cost more than all that most
tests look at."""

STILL_LIGHT = """
    const still = new CSSStyleSheet();
    still.replaceSync("html[data-busy] .gp-tabs::after { animation: none !important; }");
    document.adoptedStyleSheets.push(still);
"""
"""The light of a page that plays does not move: to draw it sixty times a second costs a fifth of playing."""
