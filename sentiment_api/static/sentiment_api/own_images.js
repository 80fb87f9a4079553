'use strict'

// ReDoc shows the mark of its makers, a picture on another host, and has no option against it. The
// policy of the page stops the request, but every visit would leave an error in the console.
const image = HTMLImageElement.prototype
const { setAttribute } = Element.prototype
const src = Object.getOwnPropertyDescriptor(image, 'src')

image.setAttribute = function (name, value) {
  if (name !== 'src' || isOwn(value)) setAttribute.call(this, name, value)
}

Object.defineProperty(image, 'src', {
  ...src,
  set(value) {
    if (isOwn(value)) src.set.call(this, value)
  },
})

function isOwn(address) {
  const { origin, protocol } = new URL(address, document.baseURI)
  return origin === location.origin || protocol === 'data:'
}
