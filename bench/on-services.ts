/** What the tests' world looks at when it is loaded: to be imported before it. */
(globalThis as { protostarProfile?: 'services' }).protostarProfile = 'services';
