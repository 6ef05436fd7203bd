/// Registers put together: a tile of any size is a stack of smaller ones, and every operation on it
/// unrolls into operations on single vectors.
struct Stack<Upper, Lower> {
  var upper: Upper
  var lower: Lower
}

typealias Two<Element> = Stack<Element, Element>
typealias Three<Element> = Stack<Two<Element>, Element>
typealias Four<Element> = Two<Two<Element>>
typealias Six<Element> = Stack<Four<Element>, Two<Element>>
typealias Eight<Element> = Two<Four<Element>>
typealias Twelve<Element> = Stack<Eight<Element>, Four<Element>>
typealias Sixteen<Element> = Two<Eight<Element>>
