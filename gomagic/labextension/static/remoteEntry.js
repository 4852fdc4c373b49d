/* Colours the cells that are Go in JupyterLab 4 and Notebook 7.

   The application loads this file as it stands: a module federation container written by hand, so that nothing
   has to be built and everything is taken from the application itself. */
(() => {
  const GO = 'text/x-go';
  const GO_CELL = 'text/x-go-cell';
  const MAGIC = /^\s*%%(go|gorun|gotest)(?!\S)/;

  /** The application's Go, but for the first line with text: the magic's, plain as those of Python cells. */
  function goCell({ LanguageSupport, StreamLanguage }, go) {
    const parser = go.language.streamParser;
    if (!parser) {
      return go; // Go is parsed in another way here: colour the magic's line as Go, too
    }
    return new LanguageSupport(
      StreamLanguage.define({
        ...parser,
        startState: indentUnit => ({ ...parser.startState(indentUnit), inGo: false }),
        token: (stream, state) => {
          if (state.inGo) {
            return parser.token(stream, state);
          }
          state.inGo = true;
          stream.skipToEnd();
          return null;
        }
      }),
      go.support
    );
  }

  /** Give each code cell of a notebook the language that its first line asks for, now and after every change. */
  function watchNotebook(notebook, languages) {
    const seen = new WeakSet();
    const isGo = cell => MAGIC.test(cell.sharedModel.getSource());

    async function update(cell) {
      if (isGo(cell) === (cell.mimeType === GO_CELL)) {
        return;
      }
      // An editor shows whichever language arrives last, and each is fetched when first needed. So no cell may
      // change while its language is on the way; the timer lets editors that wait for the same one go first.
      await Promise.all([cell.mimeType, GO_CELL].map(type => languages.getLanguage(type)));
      await new Promise(resolve => setTimeout(resolve));
      if (isGo(cell)) {
        cell.mimeType = GO_CELL;
      } else if (cell.mimeType === GO_CELL) {
        cell.mimeType = notebook.codeMimetype;
      }
    }

    function watchCells() {
      for (const cell of notebook.model.cells) {
        if (cell.type === 'code' && !seen.has(cell)) {
          seen.add(cell);
          cell.sharedModel.changed.connect(() => update(cell));
          cell.mimeTypeChanged.connect(() => update(cell)); // the kernel tells its language late, and may be changed
          update(cell);
        }
      }
    }

    notebook.model.cells.changed.connect(watchCells);
    watchCells();
  }

  const plugin = ({ INotebookTracker }, { IEditorLanguageRegistry }, codemirror) => ({
    id: 'gomagic-highlight:plugin',
    description: 'Colours %%go cells as Go.',
    autoStart: true,
    requires: [INotebookTracker, IEditorLanguageRegistry],
    activate: (app, notebooks, languages) => {
      languages.addLanguage({
        name: 'Go cell',
        mime: GO_CELL,
        load: async () => goCell(codemirror, (await languages.getLanguage(GO)).support)
      });
      notebooks.forEach(panel => watchNotebook(panel.content, languages));
      notebooks.widgetAdded.connect((_, panel) => watchNotebook(panel.content, languages));
    }
  });

  let shared;

  /** One of the application's own modules: a copy would bring tokens and classes that it does not know. */
  async function load(name) {
    const versions = Object.values(shared[name]);
    return (await (versions.find(version => version.loaded) ?? versions[0]).get())();
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB['gomagic-highlight'] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const names = ['@jupyterlab/notebook', '@jupyterlab/codemirror', '@codemirror/language'];
      const modules = await Promise.all(names.map(load));
      return () => ({ __esModule: true, default: plugin(...modules) });
    }
  };
})();
