// Starts a PLC directory and a PDS: node -r ./loopback.cjs start.cjs PDS_PORT PLC_PORT; prints one JSON line when ready.
'use strict'
const { TestNetworkNoAppView } = require('@atproto/dev-env')

async function main () {
  const [pds, plc] = process.argv.slice(2).map(Number)
  const network = await TestNetworkNoAppView.create({ pds: { port: pds }, plc: { port: plc } })
  console.log(JSON.stringify({ ready: network.pds.url }))
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => network.close().finally(() => process.exit(0)))
  }
}

main().catch((error) => { console.error(error); process.exit(1) })
