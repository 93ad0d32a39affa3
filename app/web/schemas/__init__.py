"""What HTTP carries, as ``/openapi.json`` publishes it and the browser's types are generated from it.

A file a resource. Requests are validated by these models. Responses are built by the routes and :mod:`app.web.wire` as
plain data in these shapes and sent without a second validation; the tests hold the two together.
"""
