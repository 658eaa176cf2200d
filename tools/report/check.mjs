// Opens report.html of a folder in a headless Chromium at three widths, light and dark, saves screenshots and a PDF, and
// reports what axe-core finds: node check.mjs FOLDER. Exits with 1 if there is a violation or the page is wider than its window.
import { readFileSync, writeFileSync } from 'node:fs';
import { Builder } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';

const folder = process.argv[2];
const axe = readFileSync(`${folder}/node_modules/axe-core/axe.min.js`, 'utf8');
const options = new chrome.Options();
options.setChromeBinaryPath('/usr/bin/chromium');
options.addArguments('--headless=new', '--no-sandbox', '--hide-scrollbars', `--user-data-dir=${folder}/profile`);
const driver = await new Builder()
  .forBrowser('chrome')
  .setChromeOptions(options)
  .setChromeService(new chrome.ServiceBuilder('/usr/bin/chromedriver'))
  .build();
// Of a report with 10,000 findings axe-core takes a minute on a busy machine.
await driver.manage().setTimeouts({ script: 300_000 });
let wrong = 0;
try {
  for (const scheme of ['light', 'dark']) {
    for (const width of [380, 800, 1400]) {
      await driver.sendDevToolsCommand('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
      await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', {
        width, height: 1000, deviceScaleFactor: 1, mobile: false,
      });
      await driver.get(`file://${folder}/report.html`);
      writeFileSync(`${folder}/${scheme}-${width}.png`, await driver.takeScreenshot(), 'base64');
      const over = await driver.executeScript('return document.documentElement.scrollWidth - window.innerWidth');
      if (over > 0) {
        console.log(`${scheme} ${width}: ${over} pixels too wide`);
        wrong++;
      }
      // DevTools may run what the page's own policy forbids the page.
      await driver.sendDevToolsCommand('Page.setBypassCSP', { enabled: true });
      await driver.executeScript(axe);
      const result = await driver.executeAsyncScript('const done = arguments[0]; axe.run().then(done, e => done({ error: String(e) }))');
      if (result.error) {
        throw new Error(result.error);
      }
      for (const violation of result.violations) {
        wrong++;
        console.log(`${scheme} ${width}: ${violation.id} (${violation.impact}): ${violation.help}; ${violation.nodes.length} times, first ${violation.nodes[0].html}`);
      }
      console.log(`${scheme} ${width}: axe-core ${result.testEngine.version}: ${result.passes.length} rules passed, ${result.violations.length} violated`);
    }
  }
  const printed = await driver.sendAndGetDevToolsCommand('Page.printToPDF', { printBackground: true });
  writeFileSync(`${folder}/print.pdf`, printed.data, 'base64');
} finally {
  await driver.quit();
}
process.exit(wrong === 0 ? 0 : 1);
