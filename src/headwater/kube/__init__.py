"""A client of the Kubernetes API and what a level-based controller needs: informers, a queue, deadlines, events.

It knows no kind of object: whoever uses it brings structs and names them by `ResourceType`.
"""
