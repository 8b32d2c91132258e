// Loaded with `node -r`: the servers listen on every interface by themselves; here they listen on loopback alone.
'use strict'
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (first, ...rest) {
  const isPort = typeof first === 'number' || /^\d+$/.test(String(first))
  if (isPort) {
    const done = rest.find((argument) => typeof argument === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, done)
  }
  if (first && typeof first === 'object' && first.port !== undefined) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  return listen.call(this, first, ...rest)
}
