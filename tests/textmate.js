// What VS Code makes of the texts of cells: node textmate.js EXTENSION, a JSON list of texts on stdin.
// Prints a list for each text, of its pieces and their scopes. Run where npm has put the modules.
const fs = require('fs');
const path = require('path');
const textmate = require(path.resolve('node_modules/vscode-textmate'));
const oniguruma = require(path.resolve('node_modules/vscode-oniguruma'));

const LANGUAGES = { 'source.python': 'python', 'source.go': 'go' };

const extension = process.argv[2];
const read = file => JSON.parse(fs.readFileSync(file, 'utf8'));
const own = read(path.join(extension, 'package.json')).contributes.grammars;

function loadGrammar(scope) {
  const declared = own.find(each => each.scopeName === scope);
  if (declared) {
    return read(path.join(extension, declared.path));
  }
  return LANGUAGES[scope] ? read(`node_modules/tm-grammars/grammars/${LANGUAGES[scope]}.json`) : null;
}

async function main() {
  await oniguruma.loadWASM(fs.readFileSync('node_modules/vscode-oniguruma/release/onig.wasm').buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
      createOnigString: text => new oniguruma.OnigString(text)
    }),
    loadGrammar: async scope => loadGrammar(scope),
    getInjections: scope => own.filter(each => each.injectTo.includes(scope)).map(each => each.scopeName)
  });
  const python = await registry.loadGrammar('source.python');
  const told = read('/dev/stdin').map(text => {
    let state = textmate.INITIAL;
    return text.split('\n').flatMap(line => {
      const { tokens, ruleStack } = python.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(each => [line.slice(each.startIndex, each.endIndex), each.scopes.join(' ')]);
    });
  });
  console.log(JSON.stringify(told));
}

main();
