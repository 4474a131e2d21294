// Runs the cells that are tagged "run-on-opening" when a notebook is opened with a kernel that has run nothing yet, so that
// a widget is live at once. JupyterLab loads this file as what a bundler would have built; there is nothing to build.

const TAG = 'run-on-opening'

const tagged = ({ model }) => model.type === 'code' && (model.getMetadata('tags') ?? []).includes(TAG)

// A page that is loaded again finds its kernel, and what the user has selected there, as it was.
const hasRunNothing = async kernel => {
  const user_expressions = { count: 'get_ipython().execution_count' }
  const asked = kernel.requestExecute({ code: '', silent: true, store_history: false, user_expressions })
  return (await asked.done).content.user_expressions?.count?.data?.['text/plain'] === '1'
}

const runTagged = async (app, { content, context }) => {
  await context.ready
  const cells = content.widgets.flatMap((cell, index) => (tagged(cell) ? [index] : []))
  if (cells.length === 0) return
  app.shell.collapseLeft?.() // the widget gets the width of the file browser, which one click brings back
  await context.sessionContext.ready
  const kernel = context.sessionContext.session?.kernel
  if (!kernel || !(await hasRunNothing(kernel))) return
  const { activeCellIndex } = content
  for (const index of cells) {
    content.deselectAll()
    content.activeCellIndex = index
    await app.commands.execute('notebook:run-cell')
  }
  content.activeCellIndex = activeCellIndex
  content.node.querySelector('.jp-WindowedPanel-outer')?.scrollTo(0, 0)
}

const plugin = {
  id: 'lstmvis-demo:run-on-opening',
  autoStart: true,
  activate: app => {
    const seen = new WeakSet()
    const look = () => {
      const panel = app.shell.currentWidget
      if (!panel?.context?.sessionContext || !panel.content?.widgets || seen.has(panel)) return
      seen.add(panel)
      runTagged(app, panel).catch(error => console.warn('The notebook was not run on opening:', error))
    }
    app.restored.then(() => {
      app.shell.currentChanged.connect(look)
      look()
    })
  },
}

window._JUPYTERLAB ??= {}
window._JUPYTERLAB['lstmvis-demo'] = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugin }) }
