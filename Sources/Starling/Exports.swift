// What a user names besides Node: dots, contexts, keys, siblings, resolvers.
@_exported public import Causality
@_exported public import DataModel
